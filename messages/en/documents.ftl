# Printed documents.

doc-curriculum = Working curriculum
doc-name = Modules, disciplines, learning outcomes
doc-exam = exam (semester)
doc-test = test (semester)
doc-course-work = course work (semester)
doc-control = Forms of control
doc-volume = Volume
doc-parts = Of which, hours
doc-total = Mandatory volume in all
doc-by-year = Credits of the study year
doc-approve = APPROVED
doc-approve-head = Director of the college
doc-approve-date = “___” ____________ 20__
doc-sign-deputy = Deputy director for studies
doc-sign-methodist = Methodist
doc-sign-employer = Employer’s representative
doc-specialty = Specialty
doc-qualifications = Qualifications
doc-page = Page

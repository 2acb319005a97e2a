# What the norms say: n-<item>[-variant] and the same key with -mend (how to mend it).

n-2-1 = The programme is built on the standard's edition of { $measured }; in 2023–2024 the edition of { $required } applies.
n-2-1-mend = Set the edition to { $required } and bring the programme in line with it. If it is a pilot programme, mark it so.
n-2-1-unlisted = The programme does not stand in the register of educational programmes.
n-2-1-unlisted-mend = State its number and date of inclusion, or teach by a programme that stands in the register.
n-2-1-late = The programme was included in the register on { $measured }; it has to stand there when the year begins, no later than { $required }.
n-2-1-late-mend = Check the date of inclusion; if it is right, teach this intake by a programme of the 2022 register.
n-2-1-undated = It is not stated when the programme was included in the register, so whether that was in time cannot be told.
n-2-1-undated-mend = State the date of inclusion (no later than { $required }).

n-2-2 = The programme is built on the standard's edition of { $measured }; for intakes from 2024–2025 on the edition of { $required } applies.
n-2-2-mend = Carry the programme over to the edition of { $required } (“Copy to a new intake”) and send it to expertise.

n-2-4 = Basic module { $about } is missing.
n-2-4-mend = Add basic module { $about } as a module of its own, or mark it in the professional module that carries it.

n-2-5 = Basic module 4 (social sciences) is missing although the programme trains a mid-level specialist.
n-2-5-mend = Add basic module 4, or mark it in the professional module that carries it.

n-2-6 = No reason is recorded for the additional basic module “{ $about }”.
n-2-6-mend = Write why the professional modules cannot be mastered without it. If it is one of the basic modules 1–4, give its number.

n-2-7 = In a military specialty the professional module “{ $about }” carries a basic module.
n-2-7-mend = Show the basic modules as modules of their own.

n-2-9 = The programme rests on no updated or new professional standard.
n-2-9-mend = Choose an updated or newly approved professional standard that fits the qualification.
n-2-9-functions = The learning outcome “{ $about }” names no labour function.
n-2-9-functions-mend = Name the labour function of the professional standard that this outcome covers.

n-3-2 = The general-education module is { $measured } credits; it has to be { $required }.
n-3-2-mend = Change the credits of its disciplines (exams included) so that they sum to { $required }.
n-3-2-absent = The programme starts from basic secondary education but has no general-education module.
n-3-2-absent-mend = Add the general-education module of { $required } credits; the college's library of modules may have it.
n-3-2-other-base = The entry base is { $about }, where there is no general-education module; the programme has one of { $measured } credits.
n-3-2-other-base-mend = Remove the module, or correct the entry base.

n-3-3 = “{ $about }” goes on after year 2: { $measured } hours after semester 4.
n-3-3-mend = Move these hours to semesters 1–4.

n-3-4 = A mandatory discipline is missing: { $about }.
n-3-4-mend = Add it to the module. If it stands under another name, choose it in the row's “discipline” field.
n-3-4-language = The language of instruction is “{ $measured }”; the guidance sets no list of language disciplines for it.
n-3-4-language-mend = Check the list of language disciplines against the standard yourself.
n-3-4-unnamed = Row “{ $about }” does not say which discipline it is.
n-3-4-unnamed-mend = Choose the discipline; if the row is an exam alone, write all its hours in the “exam” column.

n-3-5 = { $measured } disciplines are chosen by profile; at least { $required } are needed.
n-3-5-mend = Add from: physics, chemistry, biology, geography, graphics and design, world history.
n-3-5-second-language = “{ $about }”: a second foreign language is taught only in the Art direction.
n-3-5-second-language-mend = Remove it, or mark the specialty as Art if it is.

n-3-6 = The general-education discipline “{ $about }” stands in another module ({ $measured } credits).
n-3-6-mend = Move it and its exam to the general-education module.

n-4-6 = The mandatory credits are { $measured }; they have to be { $required }.
n-4-6-mend = Bring the modules' credits to { $required }, or check the entry base and the level.
n-4-6-no-range = The entry base is { $about }: the guidance sets no volume for a worker qualification ({ $measured } credits).
n-4-6-no-range-mend = Check the volume against the standard yourself.
n-4-6-related = From technical and vocational education a mid-level specialist is trained only in a related qualification.
n-4-6-related-mend = If the student holds a related qualification, mark it; otherwise choose another entry base.
n-4-6-workers = There are { $measured } worker qualifications; at most { $required } are allowed.
n-4-6-workers-mend = Remove the worker qualification that is one too many.

n-4-7 = Study year { $about } has { $measured } credits; at most { $required } are allowed.
n-4-7-mend = Move the surplus hours to another study year.
n-4-7-least = Study year { $about } has only { $measured } credits; it has to be { $required }.
n-4-7-least-mend = Check how the hours are spread over semesters; a study year has at least 36 credits.
n-4-7-partial = Study year { $about } has { $measured } credits: allowed, but it is not the last year (a full year is { $required }).
n-4-7-partial-mend = Check that this is meant.

n-4-8 = Row “{ $about }” has { $measured } hours; by its credits it has to be { $required } (1 credit = 24 hours).
n-4-8-mend = Write { $required } hours, or correct the credits.
n-4-8-parts = In row “{ $about }” the parts sum to { $measured } hours, the whole is { $required }.
n-4-8-parts-mend = Write theory, practical work and the other parts so that they sum to { $required }.
n-4-8-semesters = In row “{ $about }” the semesters sum to { $measured } hours, the whole is { $required }.
n-4-8-semesters-mend = Write the semesters' hours so that they sum to { $required }.

n-6-2 = Distance learning is { $measured } % of the whole period of study; at most { $required } % is allowed.
n-6-2-mend = Plan fewer hours in distance form.

n-7-3 = There is no qualification exam for the worker qualification { $about }.
n-7-3-mend = Add a row with this qualification to the intermediate or final attestation.

n-9-3 = Module “{ $about }” has { $measured } dual hours; its production training and practice are { $required } hours.
n-9-3-mend = Keep at most { $required } dual hours, or raise the hours of production training and practice.
n-9-3-kind = Module “{ $about }” has { $measured } dual hours; dual hours stand only in professional modules and practice.
n-9-3-kind-mend = Move the dual hours to a professional module or to practice.

severity-violation = violation
severity-warning = warning
severity-advice = advice

value-unknown = unknown
value-yes = yes
value-no = no
value-range = { $from }–{ $to }
unit-credits = credits
unit-hours = hours
unit-percent = %
unit-modules = modules
unit-subjects = disciplines
unit-qualifications = qualifications
unit-date = date

citation = order { $act } of { $date }
citation-law = Law { $act } of { $date }
citation-named = { $title }, { $date }
citation-code = { $title } ({ $act } of { $date })
citation-decree = Government decree { $act } of { $date }
citation-article = , art. { $article }
citation-article-point = , art. { $article }, p. { $point }
citation-point = , p. { $article }
citation-point-part = , p. { $article }, sp. { $point }
citation-edition = , edition of { $edition }
citation-section = ; section { $section } of the guidance

kind-norm = norm
kind-duty = duty
kind-procedure = procedure
kind-indicator = indicator
kind-record = record
kind-document = document

n-6-6-unknown = { $about }: not known whether it is met
n-6-6-unmet = { $about }: not met
n-6-6-expired = { $about }: its evidence has expired
n-6-6-mend = Fill in the readiness checklist with evidence.
n-12-3-unknown = No buildings are entered
n-12-3-unchecked = { $about }: was never checked
n-12-3-stale = { $about }: the check is too old
n-12-3-ramp = { $about }: no entrance ramp
n-12-3-light_signals = { $about }: no light signals
n-12-3-call_button = { $about }: no call button
n-12-3-sanitary_unit = { $about }: no sanitary unit
n-12-3-feature = { $about }: a demand is not met
n-12-3-mend = Check the building and fill in its passport: without it no state order is placed.
n-14-5-missing = { $about }: does not exist
n-14-5-inspector = The committee has no youth inspector
n-14-5-seats = No member of the student parliament sits in a collegial body
n-14-5-mend = Set the body up by order and enter it.
n-15-2-less = Less was spent on textbooks than the norm asks
n-15-2-students = The number of students is not known: the norm cannot be counted
n-15-2-mci = The year's MCI is not in the data
n-15-2-mend = Enter the textbooks bought and the students of the groups.
n-15-2-nothing = No textbook purchase is recorded for this year: the norm cannot be checked

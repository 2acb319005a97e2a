# Печатные документы.

doc-curriculum = Рабочий учебный план
doc-name = Наименование модулей, дисциплин, результатов обучения
doc-exam = экзамен (семестр)
doc-test = зачёт (семестр)
doc-course-work = курсовая работа (семестр)
doc-control = Формы контроля
doc-volume = Объём
doc-parts = В том числе, часов
doc-total = Итого обязательное обучение
doc-by-year = Кредитов в учебном году
doc-approve = УТВЕРЖДАЮ
doc-approve-head = Директор колледжа
doc-approve-date = «___» ____________ 20__ г.
doc-sign-deputy = Заместитель директора по учебной работе
doc-sign-methodist = Методист
doc-sign-employer = Представитель работодателя
doc-specialty = Специальность
doc-qualifications = Квалификации
doc-page = Страница

# Басып шығарылатын құжаттар.

doc-curriculum = Жұмыс оқу жоспары
doc-name = Модульдердің, пәндердің, оқыту нәтижелерінің атауы
doc-exam = емтихан (семестр)
doc-test = сынақ (семестр)
doc-course-work = курстық жұмыс (семестр)
doc-control = Бақылау түрлері
doc-volume = Көлемі
doc-parts = Оның ішінде, сағат
doc-total = Міндетті оқытудың жиыны
doc-by-year = Оқу жылындағы кредиттер
doc-approve = БЕКІТЕМІН
doc-approve-head = Колледж директоры
doc-approve-date = 20__ жылғы «___» ____________
doc-sign-deputy = Директордың оқу ісі жөніндегі орынбасары
doc-sign-methodist = Әдіскер
doc-sign-employer = Жұмыс берушінің өкілі
doc-specialty = Мамандық
doc-qualifications = Біліктіліктер
doc-page = Бет

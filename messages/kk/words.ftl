# Саланың сөздері: тізімдер, файл форматының мәндері.

entry-basic_secondary = негізгі орта білім
entry-general_secondary = жалпы орта білім
entry-tvpe = техникалық және кәсіптік білім

level-worker = жұмысшы біліктілігі
level-mid_level = орта буын маманы
level-applied_bachelor = қолданбалы бакалавр

form-full_time = күндізгі
form-evening = кешкі
form-extramural = сырттай
form-external = экстернат

direction-natural_mathematical = жаратылыстану-математикалық
direction-social_humanities = қоғамдық-гуманитарлық

trait-military = әскери мамандық
trait-art = «Өнер» бағыты
trait-choreography = хореография өнері

state-new = жаңа
state-updated = жаңартылған
state-old = ескі

language-kk = қазақ тілі
language-ru = орыс тілі

module-general_education = жалпы білім беретін пәндер
module-basic = базалық модуль
module-professional = кәсіптік модуль
module-practice = кәсіптік практика
module-intermediate_attestation = аралық аттестаттау
module-final_attestation = қорытынды аттестаттау
module-elective = факультатив
module-consultation = консультация

part-theory = теория
part-practical = зертханалық-практикалық
part-course_work = курстық жұмыс
part-production_training = өндірістік оқыту
part-professional_practice = кәсіптік практика
part-exam = емтихан
part-consultation = консультация

subject-kazakh_language = Қазақ тілі
subject-kazakh_literature = Қазақ әдебиеті
subject-russian_language = Орыс тілі
subject-russian_literature = Орыс әдебиеті
subject-russian_language_and_literature = Орыс тілі және әдебиеті
subject-kazakh_language_and_literature = Қазақ тілі және әдебиеті
subject-foreign_language = Шетел тілі
subject-mathematics = Математика
subject-informatics = Информатика
subject-history_of_kazakhstan = Қазақстан тарихы
subject-physical_education = Дене тәрбиесі
subject-initial_military_and_technological_training = Алғашқы әскери және технологиялық дайындық
subject-physics = Физика
subject-chemistry = Химия
subject-biology = Биология
subject-geography = География
subject-graphics_and_design = Графика және жобалау
subject-world_history = Дүниежүзі тарихы
subject-second_foreign_language = Екінші шетел тілі

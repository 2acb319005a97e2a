# Слова отрасли: списки, значения формата файла.

entry-basic_secondary = основное среднее образование
entry-general_secondary = общее среднее образование
entry-tvpe = техническое и профессиональное образование

level-worker = рабочая квалификация
level-mid_level = специалист среднего звена
level-applied_bachelor = прикладной бакалавр

form-full_time = очная
form-evening = вечерняя
form-extramural = заочная
form-external = экстернат

direction-natural_mathematical = естественно-математическое
direction-social_humanities = общественно-гуманитарное

trait-military = военная специальность
trait-art = направление «Искусство»
trait-choreography = хореографическое искусство

state-new = новый
state-updated = обновлённый
state-old = прежний

language-kk = казахский
language-ru = русский

module-general_education = общеобразовательные дисциплины
module-basic = базовый модуль
module-professional = профессиональный модуль
module-practice = профессиональная практика
module-intermediate_attestation = промежуточная аттестация
module-final_attestation = итоговая аттестация
module-elective = факультатив
module-consultation = консультация

part-theory = теория
part-practical = лабораторно-практические
part-course_work = курсовая работа
part-production_training = производственное обучение
part-professional_practice = профессиональная практика
part-exam = экзамен
part-consultation = консультации

subject-kazakh_language = Казахский язык
subject-kazakh_literature = Казахская литература
subject-russian_language = Русский язык
subject-russian_literature = Русская литература
subject-russian_language_and_literature = Русский язык и литература
subject-kazakh_language_and_literature = Казахский язык и литература
subject-foreign_language = Иностранный язык
subject-mathematics = Математика
subject-informatics = Информатика
subject-history_of_kazakhstan = История Казахстана
subject-physical_education = Физическая культура
subject-initial_military_and_technological_training = Начальная военная и технологическая подготовка
subject-physics = Физика
subject-chemistry = Химия
subject-biology = Биология
subject-geography = География
subject-graphics_and_design = Графика и проектирование
subject-world_history = Всемирная история
subject-second_foreign_language = Второй иностранный язык

# Words of the field: lists, values of the file format.

entry-basic_secondary = basic secondary education
entry-general_secondary = general secondary education
entry-tvpe = technical and vocational education

level-worker = worker qualification
level-mid_level = mid-level specialist
level-applied_bachelor = applied bachelor

form-full_time = full-time
form-evening = evening
form-extramural = extramural
form-external = external

direction-natural_mathematical = natural-mathematical
direction-social_humanities = social-humanities

trait-military = military specialty
trait-art = Art direction
trait-choreography = choreography

state-new = new
state-updated = updated
state-old = old

language-kk = Kazakh
language-ru = Russian

module-general_education = general education
module-basic = basic module
module-professional = professional module
module-practice = professional practice
module-intermediate_attestation = intermediate attestation
module-final_attestation = final attestation
module-elective = elective
module-consultation = consultation

part-theory = theory
part-practical = laboratory and practical
part-course_work = course work
part-production_training = production training
part-professional_practice = professional practice
part-exam = exam
part-consultation = consultation

subject-kazakh_language = Kazakh language
subject-kazakh_literature = Kazakh literature
subject-russian_language = Russian language
subject-russian_literature = Russian literature
subject-russian_language_and_literature = Russian language and literature
subject-kazakh_language_and_literature = Kazakh language and literature
subject-foreign_language = Foreign language
subject-mathematics = Mathematics
subject-informatics = Informatics
subject-history_of_kazakhstan = History of Kazakhstan
subject-physical_education = Physical education
subject-initial_military_and_technological_training = Initial military and technological training
subject-physics = Physics
subject-chemistry = Chemistry
subject-biology = Biology
subject-geography = Geography
subject-graphics_and_design = Graphics and design
subject-world_history = World history
subject-second_foreign_language = Second foreign language

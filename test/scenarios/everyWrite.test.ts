import { courses } from './courses.ts'
import { everyWrite } from './everyWrite.ts'

everyWrite(courses.slice(0, 1), { both: true })

"""The handbook's own small server: the built site, and the hand-in of exams.

A request passes the `frame`, then `app` leads it to the site's files, to the exam page's
interface (`exam_api`), to the trainers' pages or to certificates; what is to be recorded
waits its turn at the `desk`.
"""

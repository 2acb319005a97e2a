nav-inbox = Inbox
inbox-empty = Nothing yet. Steps that concern you appear here.
inbox-new = new
inbox-read = Mark all as read
inbox-mail = E-mail
inbox-no-mail = This server sends no mail: notices are seen here only.
inbox-mail-how = How do you want mail?
inbox-mail-each = for each step; of duties, one letter a day
inbox-mail-daily = once a day, in the morning
inbox-mail-never = none
trail-account-mail = how mail is wanted was changed
inbox-digest = { $n ->
    [one] Sheber: { $n } new notice
    *[other] Sheber: { $n } new notices
    }
register-told-next = The case and the next step: { $link }

nav-inbox = Уведомления
inbox-empty = Уведомлений нет. Здесь появятся шаги, которые вас касаются.
inbox-new = новое
inbox-read = Отметить всё прочитанным
inbox-mail = Электронная почта
inbox-no-mail = На этом сервере почта не отправляется: уведомления видны только здесь.
inbox-mail-how = Как присылать письма?
inbox-mail-each = о каждом шаге; об обязанностях — одно письмо в день
inbox-mail-daily = раз в день, утром
inbox-mail-never = не присылать
trail-account-mail = изменён порядок получения писем
inbox-digest = { $n ->
    [one] Sheber: { $n } новое уведомление
    [few] Sheber: { $n } новых уведомления
    *[other] Sheber: { $n } новых уведомлений
    }
register-told-next = Заявка и следующий шаг: { $link }

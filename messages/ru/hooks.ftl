webhook-many = Адресов не может быть больше десяти.
webhook-address = Это не адрес https.
webhook-login = В адресе не должно быть логина и пароля.
webhook-plain = Адрес должен начинаться с https://.
webhook-inner = На адреса внутренней сети сервера сообщения не отправляются.
trail-webhook-added = добавлен адрес вебхука
trail-webhook-removed = адрес вебхука удалён
webhook-there = Этот адрес уже зарегистрирован.

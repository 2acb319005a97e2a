nav-design = Компоненты
design-tags = Метки
design-buttons = Кнопки
design-fields = Поля
design-messages = Сообщения
design-colours = Цвета

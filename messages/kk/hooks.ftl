webhook-many = Мекенжай оннан аспауы керек.
webhook-address = Бұл https мекенжайы емес.
webhook-login = Мекенжайда логин мен құпиясөз болмауы керек.
webhook-plain = Мекенжай https:// деп басталуы керек.
webhook-inner = Сервердің өз желісіндегі мекенжайға хабар жіберілмейді.
trail-webhook-added = вебхук мекенжайы қосылды
trail-webhook-removed = вебхук мекенжайы алынды
webhook-there = Бұл мекенжай тіркелген.

nav-design = Құрамдас бөліктер
design-tags = Белгілер
design-buttons = Түймелер
design-fields = Өрістер
design-messages = Хабарлар
design-colours = Түстер

nav-design = Components
design-tags = Tags
design-buttons = Buttons
design-fields = Fields
design-messages = Messages
design-colours = Colours

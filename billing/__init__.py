"""The pure billing core: data in, fees out. No framework, no clock, no float."""

"""The SEN2 XML file: writer, reader, schema."""

"""The SEN2 person-level return: one definition a collection year; writer, schema, reader, rules and check follow it."""

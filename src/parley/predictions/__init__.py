"""The prediction format: lines made of annotations and read again, gold as lines, files of them."""

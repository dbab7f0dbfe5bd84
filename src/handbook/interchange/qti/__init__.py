"""QTI 2.1 and 2.2: content packages with a manifest and one file for each item.

After the IMS Question and Test Interoperability Assessment, Section and Item information
model 2.1 (2012) and 2.2 (2015) and IMS Content Packaging 1.1.4. Labels are keywords of
the LOM metadata in the manifest; our note is a comment in the item.
"""

"""The papers that the desk prints: notices to the person, replies to ICE, the release record, the timeline of one
custody.
"""

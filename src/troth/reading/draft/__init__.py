"""From frames to a draft `policy.yaml`, every element with its sentence and how sure it is."""

"""The main job on a made-up organisation, with no set-up."""

"""Shapes of divisions (区划边界): from GeoJSON files as they are published, brought to WGS-84, simplified, with their days."""

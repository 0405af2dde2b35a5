"""Packing: finds packs, checks them against their schemas, installs them. It knows no pack by name."""

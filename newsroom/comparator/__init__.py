"""The Comparateur: products, the offers of merchants for them, and what they cost over time. It knows no article."""

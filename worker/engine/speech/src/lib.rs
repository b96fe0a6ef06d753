//! Text into a model's tokens and back, and the digest that names a model.

"""Photo -> latent: by encoder, by optimisation from random starts, and hybrid (Zhu et al. 2016, section 3.1)."""

//! The ways through a kernel that this machine has. All give the same bits; they differ in speed.

/// A way through a kernel. One that needs instructions can only be had where they were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path(pub(crate) Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    #[cfg(all(feature = "vector", target_arch = "x86_64"))]
    Avx2,
    #[cfg(all(feature = "vector", target_arch = "x86_64"))]
    Avx512,
}

impl Path {
    /// Plain code, which every machine has.
    pub const SCALAR: Self = Self(Kind::Scalar);

    /// AVX2 with the half-precision conversions, if this machine has them.
    #[must_use]
    pub fn avx2() -> Option<Self> {
        #[cfg(all(feature = "vector", target_arch = "x86_64"))]
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("f16c") {
            return Some(Self(Kind::Avx2));
        }
        None
    }

    /// AVX-512F with its shorter registers, if this machine has it.
    #[must_use]
    pub fn avx512() -> Option<Self> {
        #[cfg(all(feature = "vector", target_arch = "x86_64"))]
        if std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512vl") {
            return Some(Self(Kind::Avx512));
        }
        None
    }

    /// Every way this machine has, the fastest first.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::avx512(), Self::avx2(), Some(Self::SCALAR)].into_iter().flatten()
    }

    /// The fastest way this machine has.
    #[must_use]
    pub fn best() -> Self {
        Self::avx512().or_else(Self::avx2).unwrap_or(Self::SCALAR)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Scalar => "scalar",
            #[cfg(all(feature = "vector", target_arch = "x86_64"))]
            Kind::Avx2 => "avx2",
            #[cfg(all(feature = "vector", target_arch = "x86_64"))]
            Kind::Avx512 => "avx512",
        }
    }
}

/// Compiles a plain function once for each path, and takes the caller's. The compiler may use wider instructions for
/// it, but neither reorders nor fuses floating-point operations.
macro_rules! on_every_path {
    ($(#[$doc:meta])* pub fn $name:ident($($arg:ident: $of:ty),* $(,)?) $(-> $out:ty)? $body:block) => {
        $(#[$doc])*
        #[allow(unsafe_code, reason = "a path is proof that its instructions are there")]
        pub fn $name(path: $crate::Path, $($arg: $of),*) $(-> $out)? {
            #[inline(always)]
            fn plain($($arg: $of),*) $(-> $out)? $body
            #[cfg(all(feature = "vector", target_arch = "x86_64"))]
            #[target_feature(enable = "avx2")]
            fn avx2($($arg: $of),*) $(-> $out)? { plain($($arg),*) }
            #[cfg(all(feature = "vector", target_arch = "x86_64"))]
            #[target_feature(enable = "avx512f,avx512vl")]
            fn avx512($($arg: $of),*) $(-> $out)? { plain($($arg),*) }
            match path.0 {
                $crate::path::Kind::Scalar => plain($($arg),*),
                #[cfg(all(feature = "vector", target_arch = "x86_64"))]
                // SAFETY: a `Path` of this kind is made only where AVX2 was found.
                $crate::path::Kind::Avx2 => unsafe { avx2($($arg),*) },
                #[cfg(all(feature = "vector", target_arch = "x86_64"))]
                // SAFETY: a `Path` of this kind is made only where AVX-512F and VL were found.
                $crate::path::Kind::Avx512 => unsafe { avx512($($arg),*) },
            }
        }
    };
}
pub(crate) use on_every_path;

"""Distances between two sets of images, given one feature vector per image (see Perceptual.embedding).

a_nd and b_nd are (N, D) and (M, D) float tensors; N and M may differ.
"""

import torch
from torch import Tensor


def frechet_distance(a_nd: Tensor, b_nd: Tensor) -> float:
    """Frechet distance of two Gaussians fitted to the sets (Heusel et al. 2017). Biased upwards for small sets."""
    a, b = a_nd.double(), b_nd.double()
    mean_term = (a.mean(0) - b.mean(0)).square().sum()
    cov_a, cov_b = a.T.cov(), b.T.cov()
    # trace of (A B)^(1/2) = sum of the singular values of A^(1/2) B^(1/2)
    cross = torch.linalg.svdvals(_root(cov_a) @ _root(cov_b)).sum()
    return float(mean_term + cov_a.trace() + cov_b.trace() - 2 * cross)


def _root(covariance: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    return (vectors * values.clamp_min(0).sqrt()) @ vectors.T


def kernel_distance(a_nd: Tensor, b_nd: Tensor, *, unbiased: bool = True) -> float:
    """Squared MMD with the kernel (x.y / D + 1)^3 (KID, Binkowski et al. 2018).

    The unbiased estimate is 0 on average, and may be negative, for two sets of one distribution. The biased one is never
    negative and depends on the sizes: compare it only between sets of equal sizes.
    """
    a, b = a_nd.double(), b_nd.double()
    within = _mean_off_diagonal if unbiased else Tensor.mean
    return float(within(polynomial_kernel(a, a)) + within(polynomial_kernel(b, b)) - 2 * polynomial_kernel(a, b).mean())


def kernel_distance_interval(
    a_nd: Tensor, b_nd: Tensor, *, subset: int = 250, draws: int = 100, seed: int = 0, unbiased: bool = True
) -> tuple[float, float, float]:
    """Mean and central 95 % of the kernel distance over random subsets of both sets."""
    random = torch.Generator().manual_seed(seed)
    size = min(subset, len(a_nd), len(b_nd))
    values = torch.tensor(
        [
            kernel_distance(
                a_nd[torch.randperm(len(a_nd), generator=random)[:size]],
                b_nd[torch.randperm(len(b_nd), generator=random)[:size]],
                unbiased=unbiased,
            )
            for _ in range(draws)
        ]
    )
    low, high = torch.quantile(values, torch.tensor([0.025, 0.975])).tolist()
    return float(values.mean()), low, high


def scale_to_unit_variance(reference_nd: Tensor, *others_nd: Tensor) -> list[Tensor]:
    """Divide every coordinate by its spread over the reference, so that no single feature rules the kernel."""
    spread = reference_nd.std(0).clamp_min(1e-6)
    centre = reference_nd.mean(0)
    return [(x - centre) / spread for x in (reference_nd, *others_nd)]


def polynomial_kernel(a_nd: Tensor, b_md: Tensor) -> Tensor:
    """(x.y / D + 1)^3 for every pair of rows, (N, M)."""
    return (a_nd @ b_md.T / a_nd.shape[1] + 1) ** 3


def _mean_off_diagonal(kernel: Tensor) -> Tensor:
    count = len(kernel)
    return (kernel.sum() - kernel.diagonal().sum()) / (count * (count - 1))

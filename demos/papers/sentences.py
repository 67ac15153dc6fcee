r"""The stock: what papers of ten fields might say, in two languages.

A sentence leaves open ``{name}``, ``{thing}``, ``{method}``, formulas (``{small}``, ``{display}``)
and figures; braces of TeX are doubled in sentences and single in the formulas of a topic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Topic:
    """A field: its words in each language, and the formulas that its papers are full of."""

    subject: str
    words: dict[str, tuple[str, str]]
    inline: tuple[str, ...]
    display: tuple[str, ...]
    bound: str


TOPICS: Final = (
    Topic(
        "cs.LG",
        {"en": ("linear attention", "the attention matrix"), "zh": ("线性注意力", "注意力矩阵")},
        ("$O(n)$", r"$QK^{\top}$", r"$\phi(q_i)^{\top}\phi(k_j)$", r"$d_k \ll n$"),
        (
            r"\operatorname{Att}(Q,K,V)_i = \frac{\sum_{j\le i} \phi(q_i)^{\top}\phi(k_j)\, v_j}"
            r"{\sum_{j\le i} \phi(q_i)^{\top}\phi(k_j)}",
            r"S_t = \gamma S_{t-1} + k_t v_t^{\top}, \qquad o_t = S_t^{\top} q_t",
        ),
        r"O\!\left(n d^2\right)",
    ),
    Topic(
        "math.OC",
        {"en": ("adaptive optimisation", "the gradient noise"), "zh": ("自适应优化", "梯度噪声")},
        (r"$\eta_t = \eta_0/\sqrt{t}$", r"$\beta_2 < 1$", r"$\nabla f(\theta)$", r"$L$"),
        (
            r"\theta_{t+1} = \theta_t - \eta_t \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}",
            r"\min_{1\le t\le T} \mathbb{E}\left\|\nabla f(\theta_t)\right\|^2"
            r" \le \frac{2L\Delta}{\sqrt{T}}",
        ),
        r"O\!\left(T^{-1/2}\right)",
    ),
    Topic(
        "stat.ML",
        {"en": ("diffusion models", "the score function"), "zh": ("扩散模型", "得分函数")},
        (r"$x_T \sim \mathcal{N}(0, I)$", r"$\bar\alpha_t$", r"$\epsilon_\theta(x_t, t)$", "$t$"),
        (
            r"\mathrm{d}x = f(x,t)\,\mathrm{d}t + g(t)\,\mathrm{d}w,"
            r" \qquad s_\theta(x,t) \approx \nabla_x \log p_t(x)",
            r"\mathcal{L} = \mathbb{E}_{t,x_0,\epsilon}"
            r"\left\| \epsilon - \epsilon_\theta\!\left(\sqrt{\bar\alpha_t}\,x_0"
            r" + \sqrt{1-\bar\alpha_t}\,\epsilon,\ t\right) \right\|^2",
        ),
        r"O\!\left(d/\varepsilon\right)",
    ),
    Topic(
        "math.CO",
        {"en": ("sparse graphs", "the chromatic number"), "zh": ("稀疏图", "色数")},
        (r"$\chi(G) \le \Delta + 1$", r"$K_{s,t}$", r"$|E| = O(n)$", r"$\alpha(G)$"),
        (
            r"\chi(G) \ge \frac{n}{\alpha(G)}, \qquad \binom{n}{k} \le \left(\frac{en}{k}\right)^k",
            r"\Pr\left[\bigcap_{i} \overline{A_i}\right] \ge \prod_i (1-x_i) > 0",
        ),
        r"\Theta(\Delta/\log\Delta)",
    ),
    Topic(
        "math.NT",
        {"en": ("exponential sums", "the error term"), "zh": ("指数和", "误差项")},
        (r"$\zeta(\tfrac12 + it)$", r"$p \equiv 1 \pmod 4$", r"$\pi(x)$", r"$q \le x^{1/2}$"),
        (
            r"\sum_{n\le x} \Lambda(n)\, e(\alpha n) \ll"
            r" \left(\frac{x}{\sqrt q} + x^{4/5} + \sqrt{xq}\right)(\log x)^4",
            r"\zeta(s) = \prod_p \frac{1}{1 - p^{-s}}, \qquad \Re s > 1",
        ),
        r"O\!\left(x^{1/2+\varepsilon}\right)",
    ),
    Topic(
        "quant-ph",
        {"en": ("error-correcting codes", "the noisy channel"), "zh": ("量子纠错码", "噪声信道")},
        (r"$|\psi\rangle$", r"$[[n,k,d]]$", r"$\rho \mapsto \mathcal{E}(\rho)$", r"$p < p_c$"),
        (
            r"\mathcal{E}(\rho) = \sum_k E_k \rho E_k^\dagger,"
            r" \qquad \sum_k E_k^\dagger E_k = I",
            r"|\psi\rangle = \alpha|0\rangle + \beta|1\rangle,"
            r" \qquad |\alpha|^2 + |\beta|^2 = 1",
        ),
        r"O\!\left(e^{-cd}\right)",
    ),
    Topic(
        "math.AP",
        {"en": ("nonlinear waves", "the blow-up time"), "zh": ("非线性波", "爆破时间")},
        (r"$u_0 \in H^s$", r"$s > \tfrac d2$", r"$\|u(t)\|_{L^2}$", r"$\partial_t u + u u_x = 0$"),
        (
            r"i\,\partial_t u + \Delta u = \lambda |u|^{p-1} u, \qquad u(0) = u_0 \in H^s(\mathbb{R}^d)",
            r"\begin{cases} \partial_t u - \Delta u = f & \text{in } \Omega,\\"
            r" u = 0 & \text{on } \partial\Omega \end{cases}",
        ),
        r"C\,\|u_0\|_{H^s}",
    ),
    Topic(
        "cs.CL",
        {"en": ("length extrapolation", "rotary positions"), "zh": ("长度外推", "旋转位置编码")},
        (
            r"$\theta_i = 10000^{-2i/d}$",
            r"$e^{im\theta}$",
            r"$\kappa = \log_{512} n$",
            "$n = 2048$",
        ),
        (
            r"\begin{pmatrix} \cos m\theta & -\sin m\theta \\ \sin m\theta & \cos m\theta \end{pmatrix}"
            r"\begin{pmatrix} q_0 \\ q_1 \end{pmatrix}",
            r"a_{ij} = \frac{e^{\kappa\, q_i^{\top} k_j/\sqrt d}}{\sum_{l} e^{\kappa\, q_i^{\top} k_l/\sqrt d}}",
        ),
        r"O(\log n)",
    ),
    Topic(
        "physics.chem-ph",
        {"en": ("reaction networks", "the rate constant"), "zh": ("反应网络", "速率常数")},
        (r"$\ce{CO2}$", r"$k = A e^{-E_a/RT}$", r"$\ce{H2O2}$", r"$T = 298\,\mathrm{K}$"),
        (
            r"\ce{2 H2 + O2 ->[k_1] 2 H2O}",
            r"\frac{\mathrm{d}[A]}{\mathrm{d}t} = -k_1[A] + k_{-1}[B]",
        ),
        r"10^{-3}\ \mathrm{s}^{-1}",
    ),
    Topic(
        "cs.IT",
        {"en": ("contrastive learning", "mutual information"), "zh": ("对比学习", "互信息")},
        (r"$I(X;Y)$", r"$\tau > 0$", r"$\mathrm{KL}(p\,\|\,q)$", r"$\cos(z_i, z_j)$"),
        (
            r"\mathcal{L} = -\log \frac{e^{\cos(z_i, z_j)/\tau}}{\sum_{k\neq i} e^{\cos(z_i, z_k)/\tau}}",
            r"I(X;Y) \ge \log N - \mathcal{L}_N",
        ),
        r"\log N",
    ),
)

AUTHORS: Final = {
    "en": tuple(
        "Ada Lindqvist,Bruno Okafor,Chiara Moreau,Dmitri Vale,Elif Santos,Farid Nowak,Greta Ishii,"
        "Hana Petrov,Ivo Castellan,Jun Abara,Katya Bergström,Leo Marchetti".split(",")
    ),
    "zh": tuple("林知远,周听雨,何以宁,沈若谷,许清和,陆行舟,方未明,顾长风,江照野,叶南枝".split(",")),
}

METHODS: Final = {
    "en": (
        "a spectral argument", "blockwise updates", "a coupling of two chains", "kernel smoothing",
        "a low-rank correction", "random restarts", "entropy regularisation", "a dual certificate",
        "renormalisation", "importance weights", "a greedy cover", "momentum averaging",
    ),
    "zh": (
        "谱方法", "分块更新", "双链耦合", "核平滑", "低秩修正", "随机重启", "熵正则化", "对偶证书",
        "重整化", "重要性加权", "贪心覆盖", "动量平均",
    ),
}  # fmt: skip

TITLES: Final = {
    "en": (
        "What {name} gains by {method}: the case of {small}",
        "{small} is enough: {method} for {name}",
        "Rethinking {name} from {smaller} to {small}",
        "On {thing} under {method}, with a bound of ${bound}$",
        "Towards {name} without {other}: {method} at {small}",
    ),
    "zh": (
        "{name}究竟需要{small}吗？{method}的视角",
        "从{smaller}到{small}：重新思考{name}",
        "基于{method}的{name}及其${bound}$的界",
        "当{method}遇上{name}：关于{thing}的一个注记",
    ),
}

ABSTRACT: Final = {
    "en": (
        (
            "Most results on {name} assume that {small} stays fixed, which is rarely the case.",
            "It is folklore that {thing} decides how well {name} works once {small} is given.",
            "We revisit {name} where {small} is no longer small.",
        ),
        (
            "We show how to reach ${bound}$ by {method} without any knowledge of {smaller}.",
            "By {method} we obtain $$ {display} $$ which holds for every {smaller}.",
            "The main observation is that \\[ {display} \\] whenever {smaller} is bounded.",
        ),
        (
            "Compared with {other}, the error falls by {percent}% and the time by a factor of {times}.",
            "On instances of size {size} it is {times} times faster than {other}, at equal quality.",
        ),
        (
            "The proof needs nothing beyond {small} and extends to $d \\ge {power}$.",
            "We close with a counterexample for $d = {power}$ and two open questions about {thing}.",
        ),
    ),
    "zh": (
        (
            "关于{name}的多数结论都假设{small}固定不变，然而实际情形往往并非如此。",
            "众所周知，在给定{small}之后，{thing}很大程度上决定了{name}的效果。",
            "本文重新考察{small}不再很小时的{name}。",
        ),
        (
            "我们证明，{method}在不知道{smaller}的情况下仍可达到${bound}$。",
            "借助{method}，我们得到\n$$ {display} $$\n它对任意{smaller}都成立。",
            "主要的观察是：只要{smaller}有界，就有\n\\[ {display} \\]",
        ),
        (
            "与{other}相比，误差下降了{percent}%，用时缩短到原来的$1/{times}$。",
            "在规模为{size}的实例上，它比{other}快{times}倍，而质量相当。",
        ),
        (
            "证明仅用到{small}，并可推广到$d \\ge {power}$的情形。",
            "最后，我们给出$d = {power}$时的一个反例，以及关于{thing}的两个未解决的问题。",
        ),
    ),
}

SUMMARY: Final = {
    "en": (
        ("#### Q1: What problem does the paper address?",),
        (
            "It asks how **{name}** behaves when {small} varies. Earlier work treats {thing} as a "
            "constant; the authors argue that this hides a factor of ${bound}$.",
            "The question is whether {method} can replace {other} in **{name}**, and what happens "
            "to {thing} if it does.",
        ),
        ("#### Q2: What is the key idea?",),
        (
            "The starting point is the identity\n\n\\begin{{equation}}\\label{{main}}\n{display}\n"
            "\\end{{equation}}\n\nThen:\n\n1. apply {method} to both sides of \\eqref{{main}};\n"
            "2. bound the remainder by ${bound}$, uniformly in {smaller};\n"
            "3. let {small} vary and collect the terms.",
        ),
        ("#### Q3: What do the experiments show?",),
        (
            "| method | error | time |\n|---|---:|---:|\n| {other} | $1.00$ | $1.0\\times$ |\n"
            "| {method} | $1 - 0.{percent}$ | $1/{times}$ |\n\n"
            "The gap widens with the size: at \\({size}\\) it is largest.",
        ),
        ("#### Q4: What could come next?",),
        (
            "- The case $d = {power}$, where \\eqref{{main}} fails.\n- A version of {method} that does "
            "not need {smaller}.\n\n> [!NOTE]\n> This summary was put together by a machine; check "
            "{small} before you rely on it.",
        ),
    ),
    "zh": (
        ("#### Q1：这篇论文试图解决什么问题？",),
        (
            "它关心的是：当{small}变化时，**{name}**会有怎样的表现。以往的工作把{thing}当成常数，"
            "作者认为这掩盖了一个${bound}$的因子。",
            "问题在于，**{name}**中的{other}能否换成{method}，以及{thing}会因此发生什么变化。",
        ),
        ("#### Q2：核心思路是什么？",),
        (
            "出发点是恒等式\n\n\\begin{{equation}}\\label{{main}}\n{display}\n\\end{{equation}}\n\n"
            "然后：\n\n1. 对式\\eqref{{main}}两边使用{method}；\n2. 将余项一致地（关于{smaller}）"
            "控制在${bound}$以内；\n3. 让{small}变化，合并同类项。",
        ),
        ("#### Q3：实验结果如何？",),
        (
            "| 方法 | 误差 | 用时 |\n|---|---:|---:|\n| {other} | $1.00$ | $1.0\\times$ |\n"
            "| {method} | $1 - 0.{percent}$ | $1/{times}$ |\n\n差距随规模增大，在\\({size}\\)处最为明显。",
        ),
        ("#### Q4：还有什么可以继续做？",),
        (
            "- $d = {power}$的情形，此时\\eqref{{main}}不成立。\n- 不需要{smaller}的{method}。\n\n"
            "> [!NOTE]\n> 本摘要由机器生成，引用{small}之前请先核对原文。",
        ),
    ),
}

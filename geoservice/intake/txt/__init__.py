"""Boundary-point TXT (勘测定界界址点坐标交换格式) in every dialect: lines, header, plots, axes, rings, areas."""

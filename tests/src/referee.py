"""Solves allocations for tests with OR-tools, which had no part in ours.

Reads problems from standard input until it ends, as 32-bit little-endian numbers: students, offers, educators, pairs
and namings; places by offer; limits by educator; student, offer and cost by pair; offer and educator by naming. For
each it writes a line: students placed, their cost, and the seconds that the solver took, its arrays being built.
"""

import sys
import time

import numpy
from ortools.graph.python import min_cost_flow


def read(count):
    return numpy.frombuffer(sys.stdin.buffer.read(4 * int(count)), dtype="<u4").astype(numpy.int64)


def network(students, offers, educators, places, limits, pairs, namings):
    """Students, offers as students come in, offers as they go on, educators, the sink: numbered in this order."""
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = students + 2 * offers + educators
    into, beyond = students + numpy.arange(offers), students + offers + numpy.arange(offers)
    teachers = students + 2 * offers + numpy.arange(educators)
    direct = numpy.setdiff1d(numpy.arange(offers), namings[:, 0])
    names_some = numpy.setdiff1d(numpy.arange(offers), direct)

    def join(start, end, room, cost=None):
        cost = numpy.zeros(len(start), dtype=numpy.int64) if cost is None else cost
        flow.add_arcs_with_capacity_and_unit_cost(start, end, room, cost)

    ones = numpy.ones(len(pairs), dtype=numpy.int64)
    join(pairs[:, 0], students + pairs[:, 1], ones, pairs[:, 2])
    join(into[direct], numpy.full(len(direct), sink), places[direct])
    join(into[names_some], beyond[names_some], places[names_some])
    join(beyond[namings[:, 0]], teachers[namings[:, 1]], places[namings[:, 0]])
    join(teachers, numpy.full(educators, sink), limits)
    supplies = numpy.zeros(sink + 1, dtype=numpy.int64)
    supplies[:students], supplies[sink] = 1, -students
    flow.set_nodes_supplies(numpy.arange(sink + 1), supplies)
    return flow


def main():
    while len(counts := read(5)) == 5:
        students, offers, educators, pairs, namings = (int(count) for count in counts)
        places, limits = read(offers), read(educators)
        rows, names = read(3 * pairs).reshape(-1, 3), read(2 * namings).reshape(-1, 2)
        flow = network(students, offers, educators, places, limits, rows, names)
        began = time.perf_counter()
        status = flow.solve_max_flow_with_min_cost()
        seconds = time.perf_counter() - began
        assert status == flow.OPTIMAL, status
        print(flow.maximum_flow(), flow.optimal_cost(), seconds, flush=True)


main()

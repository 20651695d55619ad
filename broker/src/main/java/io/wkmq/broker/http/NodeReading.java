package io.wkmq.broker.http;

import java.util.List;

/**
 * A snapshot of all metrics of a node.
 *
 * @param figures counters and gauges
 * @param distributions histograms
 */
record NodeReading(List<Figure> figures, List<Distribution> distributions) {}

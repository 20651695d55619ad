package io.wkmq.broker.http;

import java.util.List;

/**
 * All that is measured on a node, as it is now.
 *
 * @param figures what is one number, for each value of the labels
 * @param distributions how what is measured often is spread
 */
record NodeReading(List<Figure> figures, List<Distribution> distributions) {}

package io.wkmq.cluster.routes;

/**
 * The routes of one node, summed up: two nodes that have the same total of it have the same routes of it, but for a chance of one in
 * 2^64.
 *
 * @param count how many there are
 * @param hash of all of them; another one for another run of the node's process
 */
public record RouteTotal(long count, long hash) {}

package io.wkmq.cluster.routes;

/**
 * A summary of the routes of one node. Two nodes with the same total for it have the same routes of it, with a probability of error
 * of 2^-64.
 *
 * @param count the number of routes
 * @param hash the hash of all routes; differs between incarnations of the node
 */
public record RouteTotal(long count, long hash) {}

package io.wkmq.cluster.sessions;

/**
 * What there is to measure of who has which client. Counts are from the node's start.
 *
 * @param wills how many wills of other nodes' clients this node publishes if their node dies
 * @param claiming how many clients wait to be let in until other nodes have given them up
 * @param moving how many sessions are on their way to this node, those in line included
 * @param moved how many have come
 * @param failed how many have not, so that their clients got new ones
 * @param refused how many were given up: the client is another node's, or is to try again
 * @param movedMs how long those that came took together
 */
public record SessionFigures(
        int wills, int claiming, int moving, long moved, long failed, long refused, long movedMs) {}

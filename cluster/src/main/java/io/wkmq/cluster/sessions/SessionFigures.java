package io.wkmq.cluster.sessions;

/**
 * Metrics of claims and moves. Counts are since the node's start.
 *
 * @param wills the number of other nodes' wills that this node guards
 * @param claiming the number of clients that wait until other nodes have given them up
 * @param moving the number of sessions on their way to this node, including those in line
 * @param moved the number of sessions that have arrived
 * @param failed the number of moves that failed, so that the client got a new session
 * @param refused the number of moves given up: another node has the client, or the client must try again
 * @param movedMs the total duration of the moves that succeeded
 */
public record SessionFigures(
        int wills, int claiming, int moving, long moved, long failed, long refused, long movedMs) {}

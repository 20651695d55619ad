package io.wkmq.channel.engine;

import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which node a learner's copy of a group asks for the next entries: a node that provides them, for as long as it does; otherwise
 * each of the other candidates once before any is asked again. Confined to the copy's loop.
 */
final class GiverTurn {
    /** How many nodes are asked at most before the missing entries are fetched instead: with seven replicas, the other six. */
    private static final int TRIED_MAX = 6;

    private final Givers givers;
    private final int first;

    /** The nodes asked since one last provided the next entries. */
    private final Set<NodeId> tried = new HashSet<>();

    /** How many nodes in a row no longer had the next entries, even if others were asked again in between. */
    private int without;

    private @Nullable NodeId asked;
    private boolean stays;

    /**
     * Creates a chooser among the nodes that may provide entries.
     *
     * @param first index of the node asked first, which should differ between copies
     */
    GiverTurn(Givers givers, int first) {
        this.givers = givers;
        this.first = first;
    }

    /** Returns the node to be asked now; null if none is present. */
    @Nullable
    NodeId next(List<NodeId> here) {
        NodeId before = asked;
        if (stays && before != null && here.contains(before)) {
            return before;
        }
        List<NodeId> may = givers.of(here);
        if (may.isEmpty()) {
            return null;
        }
        List<NodeId> left = untried(may);
        if (left.isEmpty()) {
            tried.clear();
            left = new ArrayList<>(may);
            if (left.size() > 1) {
                left.remove(before); // it was asked just now
            }
        }
        asked = left.get(Math.floorMod(first, left.size()));
        return asked;
    }

    private List<NodeId> untried(List<NodeId> nodes) {
        return nodes.stream().filter(node -> !tried.contains(node)).toList();
    }

    /** Notes that the node asked has provided the next entries: it is asked again. */
    void stay() {
        stays = true;
        without = 0;
        tried.clear();
    }

    /** Turns to another node next. */
    void leave() {
        stays = false;
        if (asked != null) {
            tried.add(asked);
        }
    }

    /** Notes that the node asked is silent. */
    void silent() {
        if (asked != null) {
            givers.said(asked, false);
        }
    }

    /** Returns whether another node, which was not asked since, may have what this one no longer has. */
    boolean anotherMayHaveIt(List<NodeId> here) {
        leave();
        without++;
        return without < TRIED_MAX
                && tried.size() < TRIED_MAX
                && !untried(givers.of(here)).isEmpty();
    }
}

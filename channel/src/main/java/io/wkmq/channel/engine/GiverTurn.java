package io.wkmq.channel.engine;

import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom the copy of a group asks for what comes next: one that gives, for as long as it does; then each of the others that may, once, before it
 * asks one again. Belongs to the loop of the copy.
 */
final class GiverTurn {
    /** So many are asked at most before what they do not have is fetched: of seven replicas the others of one that is gone. */
    private static final int TRIED_MAX = 6;

    private final Givers givers;
    private final int first;

    /** Who was asked since one gave what comes next. */
    private final Set<NodeId> tried = new HashSet<>();

    /** How many in a row did not have any more what comes next, though others may have been asked once more meanwhile. */
    private int without;

    private @Nullable NodeId asked;
    private boolean stays;

    /**
     * Of the nodes of which that is known.
     *
     * @param first which of them is asked first: not the same by all copies
     */
    GiverTurn(Givers givers, int first) {
        this.givers = givers;
        this.first = first;
    }

    /** Who is to be asked now; null if nobody is here. */
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

    /** Who was asked has given what comes next: it is asked again. */
    void stay() {
        stays = true;
        without = 0;
        tried.clear();
    }

    /** Another one is asked next. */
    void leave() {
        stays = false;
        if (asked != null) {
            tried.add(asked);
        }
    }

    /** Who was asked is silent. */
    void silent() {
        if (asked != null) {
            givers.said(asked, false);
        }
    }

    /** Whether there is somebody who may have what this one does not have any more, and was not asked since. */
    boolean anotherMayHaveIt(List<NodeId> here) {
        leave();
        without++;
        return without < TRIED_MAX
                && tried.size() < TRIED_MAX
                && !untried(givers.of(here)).isEmpty();
    }
}

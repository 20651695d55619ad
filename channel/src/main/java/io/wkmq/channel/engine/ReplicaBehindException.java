package io.wkmq.channel.engine;

import java.io.IOException;

/** Thrown if this node's replica of a group cannot be read because it is fetching the entries that it missed. */
public final class ReplicaBehindException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception for this group. */
    public ReplicaBehindException(int group) {
        super("The replica of group " + group + " is being filled with what it has missed, from another node");
    }
}

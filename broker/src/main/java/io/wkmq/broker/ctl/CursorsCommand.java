package io.wkmq.broker.ctl;

import io.wkmq.broker.connection.ChannelTopics;
import io.wkmq.broker.connection.ReplayStart;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.ChannelContents;
import io.wkmq.channel.engine.CursorStatus;
import io.wkmq.channel.engine.NodeChannels;
import java.time.Clock;
import java.util.List;

/** {@code channels cursors <name> [reset|delete]}: the positions of a channel's readers. */
final class CursorsCommand {
    private static final long MS_PER_SECOND = 1000;

    private final ChannelContents channels;
    private final Clock clock;

    CursorsCommand(NodeChannels channels, Clock clock) {
        this.channels = channels.contents();
        this.clock = clock;
    }

    /**
     * Runs the command.
     *
     * @param arguments the channel, followed by an action and its cursor, if any
     */
    void run(List<String> arguments, Answer answer) throws CtlException, ChannelException {
        String channel = arguments.get(0);
        String form = arguments.size() > 1 ? arguments.get(1) : "";
        if (arguments.size() == 1) {
            list(channel, answer);
        } else if (form.equals("reset") && arguments.size() == 4) {
            channels.resetCursor(channel, name(arguments.get(2)), ReplayStart.parse(arguments.get(3), clock.instant()));
            answer.say("ok");
        } else if (form.equals("delete") && arguments.size() == 3) {
            channels.removeCursor(channel, arguments.get(2));
            answer.say("ok");
        } else {
            throw CtlException.unknownForm();
        }
    }

    private static String name(String cursor) {
        if (cursor.isEmpty() || cursor.length() > ChannelTopics.CURSOR_LENGTH_MAX) {
            throw new IllegalArgumentException("The name of a cursor has " + cursor.length()
                    + " characters; expected 1 to " + ChannelTopics.CURSOR_LENGTH_MAX);
        }
        return cursor;
    }

    private void list(String channel, Answer answer) throws ChannelException {
        answer.beginList();
        for (CursorStatus cursor : channels.cursors(channel)) {
            answer.row(
                    Printable.line("Cursor(" + cursor.name() + ", next=" + cursor.next() + ", lag=" + cursor.lag()
                            + ", reader=" + cursor.reader() + ", reading=" + cursor.here() + ", used_at="
                            + cursor.usedMs() / MS_PER_SECOND + ')'),
                    object -> object.field("name", cursor.name())
                            .field("next", cursor.next())
                            .field("lag", cursor.lag())
                            .field("reader", cursor.reader())
                            .field("reading", cursor.here())
                            .field("used_at", cursor.usedMs() / MS_PER_SECOND));
        }
        answer.endList();
    }
}

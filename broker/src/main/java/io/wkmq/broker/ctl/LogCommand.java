package io.wkmq.broker.ctl;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.wkmq.broker.config.LogConfig;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.plugins.api.Command.Usage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** {@code log set-level} sets the log level until the node is restarted; {@code log dump} lists the content of a channel. */
final class LogCommand implements CtlCommand {
    private static final String LEVELS = Arrays.stream(LogConfig.Level.values())
            .map(level -> level.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));

    private final NodeChannels channels;

    LogCommand(NodeChannels channels) {
        this.channels = channels;
    }

    @Override
    public String name() {
        return "log";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("log set-level <Level>", "Log more or less, until the next start"),
                new Usage("log dump <Channel>", "Show all messages of a channel as lines of JSON"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0) + '/' + arguments.size();
        switch (form) {
            case "set-level/2" -> setLevel(arguments.get(1), answer);
            case "dump/2" -> dump(arguments.get(1), answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private void dump(String channel, Answer answer) throws CtlException {
        try {
            new ChannelListing(channels).dump(channel, answer);
        } catch (ChannelException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
    }

    private static void setLevel(String level, Answer answer) throws CtlException {
        if (!Arrays.asList(LEVELS.split(", ", -1)).contains(level)) {
            throw new CtlException("Error: '" + level + "' is no level; expected one of " + LEVELS);
        }
        if (!(LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root)) {
            throw new CtlException("Error: the log is not Logback's, its level cannot be set");
        }
        root.setLevel(Level.toLevel(level));
        answer.say("ok");
    }
}

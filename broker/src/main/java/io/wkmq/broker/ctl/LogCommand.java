package io.wkmq.broker.ctl;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.wkmq.broker.config.LogConfig;
import io.wkmq.plugins.api.Command.Usage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** {@code log set-level}: until the node is restarted. */
final class LogCommand implements CtlCommand {
    private static final String LEVELS = Arrays.stream(LogConfig.Level.values())
            .map(level -> level.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));

    @Override
    public String name() {
        return "log";
    }

    @Override
    public List<Usage> usages() {
        return List.of(new Usage("log set-level <Level>", "Log more or less, until the next start"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        if (arguments.size() != 2 || !arguments.get(0).equals("set-level")) {
            throw CtlException.unknownForm();
        }
        String level = arguments.get(1);
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

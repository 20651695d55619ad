package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.Command;
import io.wkmq.plugins.api.CommandException;
import java.io.IOException;
import java.util.List;

/** The command {@code acl reload}. */
final class AclCommand implements Command {
    private final FileWatch.Reload reload;

    AclCommand(FileWatch.Reload reload) {
        this.reload = reload;
    }

    @Override
    public String name() {
        return "acl";
    }

    @Override
    public List<Usage> usages() {
        return List.of(new Usage("acl reload", "Read etc/acl.conf again"));
    }

    @Override
    public String run(List<String> arguments) throws CommandException {
        if (!arguments.equals(List.of("reload"))) {
            throw new CommandException("acl does not know '" + String.join(" ", arguments) + "'; expected acl reload");
        }
        try {
            reload.run();
        } catch (IOException e) {
            throw new CommandException("The rules stay as they were, for the file cannot be read: " + e, e);
        } catch (InvalidFileException e) {
            throw new CommandException("The rules stay as they were.\n" + e.getMessage(), e);
        }
        return "ok";
    }
}

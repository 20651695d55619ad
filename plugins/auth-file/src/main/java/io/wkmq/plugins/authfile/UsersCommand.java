package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.Command;
import io.wkmq.plugins.api.CommandException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;

/** The commands {@code users add|passwd|del|list}. */
final class UsersCommand implements Command {
    private static final String FORMS =
            "expected users add <Name> <Password>, users passwd <Name> <Password>, users del <Name> or users list";

    private final UserFile users;
    private final int iterations;
    private final SecureRandom random;

    UsersCommand(UserFile users, int iterations, SecureRandom random) {
        this.users = users;
        this.iterations = iterations;
        this.random = random;
    }

    @Override
    public String name() {
        return "users";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("users add <Name> <Password>", "Add a user"),
                new Usage("users passwd <Name> <Password>", "Change a user's password"),
                new Usage("users del <Name>", "Remove a user"),
                new Usage("users list", "List the users"));
    }

    @Override
    public String run(List<String> arguments) throws CommandException {
        try {
            return switch (form(arguments)) {
                case "add/3" -> put(arguments.get(1), arguments.get(2), false);
                case "passwd/3" -> put(arguments.get(1), arguments.get(2), true);
                case "del/2" -> remove(arguments.get(1));
                case "list/1" -> String.join("\n", users.names());
                default -> throw new CommandException("users is not used like that; " + FORMS); // may hold a password
            };
        } catch (IOException e) {
            throw new CommandException("The file of users cannot be read or written: " + e, e);
        } catch (InvalidFileException | IllegalArgumentException e) {
            throw new CommandException("The users stay as they were: " + e.getMessage(), e);
        }
    }

    private static String form(List<String> arguments) {
        return arguments.isEmpty() ? "" : arguments.get(0) + "/" + arguments.size();
    }

    private String put(String name, String password, boolean mayExist)
            throws IOException, InvalidFileException, CommandException {
        if (password.isEmpty()) {
            throw new CommandException("The password is empty; expected at least one character");
        }
        if (!users.put(name, PasswordHash.create(password, iterations, random), mayExist)) {
            throw new CommandException(
                    mayExist
                            ? "There is no user '" + name + "'; expected one of users list, or use users add"
                            : "There is a user '" + name + "' already; expected a new name, or use users passwd");
        }
        return "ok";
    }

    private String remove(String name) throws IOException, InvalidFileException, CommandException {
        if (!users.remove(name)) {
            throw new CommandException("There is no user '" + name + "'; expected one of users list");
        }
        return "ok";
    }
}

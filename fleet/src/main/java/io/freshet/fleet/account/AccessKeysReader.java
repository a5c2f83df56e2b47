package io.freshet.fleet.account;

import io.freshet.fleet.account.AccountProperties.AccessKeyProperties;
import io.freshet.fleet.validation.ConfigurationErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reader of the accounts' {@code access-keys}, with an error per wrong entry. No error contains a secret. */
public final class AccessKeysReader {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern SECRET = Pattern.compile("[!-~]{16,256}");
    /** Unresolved {@code ${NAME}} of a missing environment variable. */
    private static final Pattern UNSET = Pattern.compile("\\$\\{[^}]*}");

    private final ConfigurationErrors errors;
    private final Map<String, String> ids = new HashMap<>();

    public AccessKeysReader(ConfigurationErrors errors) {
        this.errors = errors;
    }

    public AccessKeys read(List<AccountProperties> properties, Accounts accounts) {
        List<AccessKey> keys = new ArrayList<>();
        for (int i = 0; i < properties.size(); i++) {
            String at = AccountsReader.ROOT + "[" + i + "].access-keys";
            List<AccessKeyProperties> ofAccount = properties.get(i).accessKeys();
            for (int j = 0; j < ofAccount.size(); j++) {
                key(at + "[" + j + "]", ofAccount.get(j), accounts.all().get(i)).ifPresent(keys::add);
            }
        }
        return new AccessKeys(keys);
    }

    private Optional<AccessKey> key(String at, AccessKeyProperties properties, Account account) {
        String id = properties.id();
        if (errors.check(ID.matcher(id).matches(), at + ".id", '"' + id + "\" is not an id " + ID)) {
            String other = ids.putIfAbsent(id, account.id());
            errors.check(other == null, at + ".id", '"' + id + "\" is an access key of account " + other + ", too");
        }
        return secret(at, properties).map(secret -> new AccessKey(id, account, secret));
    }

    private Optional<String> secret(String at, AccessKeyProperties properties) {
        if (!errors.check(
                properties.secret().isEmpty() != properties.secretFile().isEmpty(),
                at + ".secret",
                "or secret-file: one of them says the secret, and not both")) {
            return Optional.empty();
        }
        return properties.secretFile().isEmpty()
                ? checked(at + ".secret", properties.secret())
                : inFile(at + ".secret-file", properties.secretFile());
    }

    private Optional<String> inFile(String at, String file) {
        try {
            return checked(at, Files.readString(Path.of(file)).strip());
        } catch (IOException | InvalidPathException e) {
            errors.add(at, '"' + file + "\" cannot be read: " + e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    private Optional<String> checked(String at, String secret) {
        if (UNSET.matcher(secret).matches()) {
            errors.add(at, "names the environment variable " + secret + ", which is not set");
            return Optional.empty();
        }
        return errors.check(SECRET.matcher(secret).matches(), at, "is not 16 to 256 visible ASCII characters")
                ? Optional.of(secret)
                : Optional.empty();
    }
}

from vault import Vault

vault = Vault("hives")
vault.queue("weights")
vault.bucket("pictures")

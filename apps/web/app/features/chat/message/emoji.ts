const split = (signs: string): readonly string[] => signs.split(' ');

/** What people reach for most, by kind. Anything else is typed with the device's own keyboard. */
export const EMOJI = {
  faces: split(
    '😀 😄 😁 😆 😅 😂 🤣 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤪 🤗 🤭 🤔 🤨 😐 😶 🙄 😏 😌 😴 🥱 😷 🤒 🥳 😎 🤓 🧐 😕 😟 🙁 😮 😲 🥺 😢 😭 😤 😠 🤯 😳 😱 😰 🫠 🫡 🫣 🥲',
  ),
  hands: split('👍 👎 👏 🙌 🙏 🤝 👋 🤚 ✋ 👌 🤌 ✌️ 🤞 🫶 🤟 🤙 👈 👉 👆 👇 ☝️ ✊ 👊 💪 ✍️ 🙆 🙅 🙇 💁 🤷 🤦 🙋'),
  hearts: split('❤️ 🧡 💛 💚 💙 💜 🤎 🖤 🤍 💔 ❣️ 💕 💖 💗 💘 💝 ✨ 🌟 ⭐ 🔥 💯 💥 💫 🎉 🎊 🎈 🎁 🏆 🥇 🎯'),
  nature: split('🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐯 🦁 🐮 🐷 🐸 🐵 🐔 🐧 🐥 🦄 🐝 🦋 🐢 🐬 🐳 🌱 🌳 🍀 🌸 🌻 🍁 🌈 ☀️ 🌙 ⛅ ☔ ❄️ 🌊'),
  food: split('🍚 🍜 🍙 🍱 🥘 🍲 🥟 🍣 🍗 🍕 🍔 🌮 🥪 🍞 🧀 🥗 🍎 🍊 🍓 🍇 🍉 🍑 🥑 🌶️ 🍰 🍩 🍪 🍫 🍦 ☕ 🍵 🥤 🧋'),
  things: split('📚 📖 ✏️ 📝 📐 📏 🧮 🔬 🔭 🧪 💡 💻 📱 🎧 🎤 🎸 🎹 🥁 🎨 🎬 📷 ⚽ 🏀 🏃 🚴 🚌 ✈️ 🏠 🏫 ⏰ 📅 📌 📎 ✅ ❌ ❓ ❗ ➕'),
} as const;
export type EmojiGroup = keyof typeof EMOJI;

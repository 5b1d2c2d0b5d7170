import { createRoot } from 'react-dom/client'
import './styles/tokens.css'

const root = document.getElementById('root')
if (root) createRoot(root).render(<h1>Serin</h1>)
